# Everything runs in .venv, which is made on first use. Offline once it is installed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHARED ?= ../shared

.PHONY: demo test lint types layers unit golden docs models ablation evaluate benchmark wheel clean

$(VENV)/demo: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[web,arrow]"
	touch $@

$(VENV)/dev: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $@ $(VENV)/demo

demo: $(VENV)/demo  ## Score the example archive and print what was found.
	$(BIN)/engagetext score examples/archive out/demo.jsonl --fresh
	$(BIN)/engagetext report out/demo.jsonl
	@echo "The results lie in out/demo.jsonl: one JSON object an article or comment."

test: lint types layers unit  ## Everything that CI checks.

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev
	$(BIN)/mypy

layers: $(VENV)/dev
	$(BIN)/lint-imports

unit: $(VENV)/dev
	$(BIN)/python -m pytest

golden: $(VENV)/dev  ## Rewrite the golden files; read the difference before you commit it.
	ENGAGETEXT_GOLDEN=write $(BIN)/python -m pytest tests/golden tests/test_readme.py tests/test_docs.py

models: $(VENV)/dev  ## Rebuild the packaged models from their recipes.
	$(BIN)/engagetext train training/fr.toml --out models --workers 2

ablation: $(VENV)/dev  ## What each lever of the labels gives: the table of the model card.
	$(BIN)/python -m benchmarks.ablation training/fr.toml training/ablation.json

evaluate: $(VENV)/dev  ## Scores on the development data, with floors.
	$(BIN)/python -m benchmarks.evaluate $(SHARED)

$(VENV)/peers: $(VENV)/dev
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[peers]"
	touch $@

benchmark: $(VENV)/peers  ## Speed against named peers, in one run.
	$(BIN)/python -m benchmarks.speed $(wildcard $(SHARED)/data/passages/unlabelled.jsonl.gz)
	$(BIN)/python -m benchmarks.archive

$(VENV)/docs: $(VENV)/dev
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[docs]"
	touch $@

docs: $(VENV)/docs  ## The documentation as a site, in out/site; its code blocks run in the tests.
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "The site lies in out/site/index.html."

wheel: $(VENV)/dev
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) out dist
