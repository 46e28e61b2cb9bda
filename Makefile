# make ask Q="…"   sets up, and answers; the first time it builds the index of the two reports included
# make check       lint, types, and the tests that load no model and start no process: for while one works
# make test        sets up and runs every check and test
# make eval        holds the answers to the test questions against their floors, and writes a report

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
Q ?= How many complaints of torture did the ombudsman receive in 2020?

# Checks have an index of their own, over the reports of this checkout.
MEASURED := build/index
export OMP_NUM_THREADS ?= 1

.PHONY: ask index lint check test eval clean

ask: $(VENV)/installed
	@$(BIN)/rapporteur ask "$(Q)"

index: $(MEASURED)/CURRENT

$(MEASURED)/CURRENT: $(VENV)/installed $(wildcard seeds/*) rag/text/sentences.py $(wildcard rag/corpus/*.py)
	@$(BIN)/rapporteur index build --index $(MEASURED)
	@touch $@

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=26"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev
	@touch $@

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint
	$(BIN)/pytest -q -n $(WORKERS) -m "not slow"

test: lint index
	RAPPORTEUR_INDEX=$(MEASURED) $(BIN)/pytest -n $(WORKERS) --dist loadfile

eval: $(VENV)/installed-dev index
	$(BIN)/rapporteur eval gate --index $(MEASURED) --out build/eval

clean:
	rm -rf $(VENV) build dist
