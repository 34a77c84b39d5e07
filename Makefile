# Brings its own environment: Python 3.11+ and make are all that is needed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
READY_TO_TEST := .venv/.ready-to-test
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check

.PHONY: run setup setup-test test check bench unseen learn docs lock clean

run: setup
	$(BIN)/locksmith run

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "locksmith needs Python 3.11 or newer; name one with 'make PYTHON=/path/to/python3'" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $(READY)

setup-test: $(READY_TO_TEST)

# What only the tests need, log engines among it, is several times the size of the program.
$(READY_TO_TEST): requirements-test.lock $(READY)
	$(INSTALL) --no-compile --require-hashes -r requirements-test.lock
	touch $(READY_TO_TEST)

# Twice as many workers as processors, as many tests wait for a browser, a server or a clock of their own.
test: setup-test check
	$(BIN)/pytest -n $$($(BIN)/python -c 'import os; print(2 * (os.cpu_count() or 1))') --dist loadfile --no-loadscope-reorder

check: setup-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# Scores the diagnosis on recorded cases: make bench CASES=../shared/bench
CASES ?= ../shared/bench
bench: setup-test
	$(BIN)/python $(CASES)/run.py --cases $(CASES)/cases --command "$(BIN)/locksmith" --verbose

# Scores the diagnosis on cases that nothing is fitted on, and holds it against their floor
unseen: setup-test
	$(BIN)/python tests/bench/score_cases.py $(CASES) tests/held_out held_out

# Learns from the accounts and the recorded cases what refusals of each cause read like
learn: setup-test
	$(INSTALL) --require-hashes -r requirements-learn.lock
	$(BIN)/python tests/bench/learn.py $(CASES)/cases

# Writes the documentation that is made from data
docs: setup
	$(BIN)/python -m knowledge.document > docs/causes.md
	$(BIN)/python -m bot.logs.document > docs/logs.md

LOCK := uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml
lock:
	$(LOCK) --upgrade --group build -o requirements.lock
	$(LOCK) --upgrade --group build --group dev -c requirements.lock -o requirements-test.lock
	$(LOCK) --upgrade --group learn -c requirements-test.lock -o requirements-learn.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .locksmith
