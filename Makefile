# make ask Q="…"   sets up, builds the index over seeds/ once, and answers
# make test        sets up and runs every check and test
# make eval        holds the answers to the test questions against their floors, and writes a report

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export RAPPORTEUR_INDEX ?= build/index
Q ?= How many complaints of torture did the ombudsman receive in 2020?

.PHONY: ask index lint test eval clean

ask: index
	@$(BIN)/rapporteur ask "$(Q)"

index: $(RAPPORTEUR_INDEX)/CURRENT

$(RAPPORTEUR_INDEX)/CURRENT: $(VENV)/installed $(wildcard seeds/*) rag/text/sentences.py rag/corpus/passages.py $(wildcard rag/corpus/*.py)
	@$(BIN)/rapporteur index build
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

test: lint index
	$(BIN)/pytest

eval: $(VENV)/installed-dev index
	$(BIN)/rapporteur eval gate --out build/eval

clean:
	rm -rf $(VENV) build dist
