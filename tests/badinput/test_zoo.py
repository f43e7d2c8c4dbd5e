"""Bad input never stops a job and never disappears."""

import json
from pathlib import Path

import pytest

import engagetext as et
from tests.badinput.zoo import ZOO, Beast

BY_NAME = [pytest.param(beast, id=beast.name) for beast in ZOO]


@pytest.mark.parametrize("beast", BY_NAME)
def test_reading_reports_what_it_cannot_use(beast: Beast, tmp_path: Path) -> None:
    rejects: list[et.RecordError] = []
    path = beast.write(tmp_path)
    articles = list(et.read(path, on_reject=rejects.append))
    assert len(rejects) == beast.rejects
    if beast.articles >= 0:
        assert len(articles) == beast.articles
    for error in rejects:
        assert path.name in error.where
        assert error.found
        assert error.expected
        assert error.remedy.endswith(".")
    if rejects:
        assert beast.reason in rejects[0].found


@pytest.mark.parametrize("beast", BY_NAME)
def test_a_job_accounts_for_every_record(beast: Beast, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    summary = et.score(beast.write(tmp_path / "in"), tmp_path / "out.jsonl")
    rejects = [json.loads(line) for line in summary.rejects_path.read_text(encoding="utf-8").splitlines()]
    assert summary.read == summary.scored + summary.skipped + summary.rejected
    assert summary.rejected == len(rejects)
    if beast.scored >= 0:
        assert (summary.scored, summary.skipped) == (beast.scored, beast.skipped)
    if beast.reason:
        assert beast.reason in rejects[0]["found"]
    assert all(row.keys() == {"where", "found", "expected", "remedy"} for row in rejects)


def test_the_whole_zoo_in_one_folder_costs_only_itself(tmp_path: Path) -> None:
    folder = tmp_path / "zoo"
    folder.mkdir()
    for beast in ZOO:
        if "50 MB" not in beast.name:
            beast.write(folder)
    (folder / "aaa.txt").write_text("Le premier texte du dossier parle de partage.", encoding="utf-8")
    (folder / "zzz.txt").write_text("Le dernier texte du dossier parle de confiance.", encoding="utf-8")
    summary = et.score(folder, tmp_path / "out.jsonl")
    assert summary.read == summary.scored + summary.skipped + summary.rejected
    ids = [json.loads(line)["id"] for line in summary.output.read_text(encoding="utf-8").splitlines()]
    assert ids[0].endswith("aaa.txt")
    assert ids[-1].endswith("zzz.txt")


def test_without_a_callback_the_first_bad_record_is_raised(tmp_path: Path) -> None:
    beast = next(beast for beast in ZOO if beast.name == "malformed line")
    articles = et.read(beast.write(tmp_path))
    assert next(articles).id == "bon"
    with pytest.raises(et.RecordError, match="line 2"):
        next(articles)
