"""Authors -> stable salted hashes."""

from collections.abc import Callable
from hashlib import blake2b
from os import urandom

Pseudonym = Callable[[str | None], str | None]


def pseudonymizer(salt: str | None) -> Pseudonym:
    """Return a function that replaces a name by a hash.

    Parameters
    ----------
    salt : str or None
        The same salt gives the same hashes, in any run and on any machine. None draws a secret one: hashes are stable
        within this reading only, and nobody can try names against them later.

    Returns
    -------
    callable
        From a name, or None, to `auteur-` and 16 hexadecimal digits, or None. Case and outer blanks do not count.
    """
    key = blake2b(
        (salt if salt is not None else urandom(32).hex()).encode("utf-8", "surrogatepass"), digest_size=32
    ).digest()

    def pseudonym(name: str | None) -> str | None:
        if name is None or not name.strip():
            return None
        folded = " ".join(name.casefold().split()).encode("utf-8", "surrogatepass")
        return f"auteur-{blake2b(folded, key=key, digest_size=8).hexdigest()}"

    return pseudonym
