# Brings its own environment: Python 3.11+ and make are all that is needed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: run setup test check bench docs lock clean

run: setup
	$(BIN)/locksmith run

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "locksmith needs Python 3.11 or newer; name one with 'make PYTHON=/path/to/python3'" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

test: setup check
	$(BIN)/pytest

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# Scores the diagnosis on recorded cases: make bench CASES=../shared/bench
CASES ?= ../shared/bench
bench: setup
	$(BIN)/python $(CASES)/run.py --cases $(CASES)/cases --command "$(BIN)/locksmith" --verbose

# Writes the documentation that is made from data
docs: setup
	$(BIN)/python -m knowledge.document > docs/causes.md
	$(BIN)/python -m bot.logs.document > docs/logs.md

lock:
	uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-annotate \
	  --python-version 3.11 --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .locksmith
