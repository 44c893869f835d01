# make try     the bot in the browser: everything is set up first, no token needed
# make test    the whole test suite, set up first as well
# make check   what CI runs: format, lint, types, imports, tests, cards
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.setup-done
PORT ?= 8642
# The files that start jails, browsers and servers come first (tests/conftest.py), so that no worker is left with one.
# Three workers on two cores, as each waits for other processes half of the time.
IN_PARALLEL := -n 3 --dist loadfile --no-loadscope-reorder
ATTACKS := tests/sandbox/test_attacks.py tests/sandbox/test_forgeries.py tests/sandbox/test_leaks.py

# The tests start Python a hundred times: without bytecode each start would read all sources anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup try simulate test test-random attacks attacks-fleet faults kills check format lint types imports cards bench peers fuzz clean

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv and install the few system packages
$(STAMP): pyproject.toml constraints.txt .ci/setup
	@bash .ci/setup $(VENV)
	@touch $@

try: setup ## Try the bot in the browser
	@$(BIN)/studybot try --port $(PORT) $(TRY_FLAGS)

test: setup ## Run the whole test suite
	@bash .ci/setup-browser
	@bash .ci/setup-postgresql
	@bash .ci/setup-redis
	@$(BIN)/python -m pytest $(IN_PARALLEL) $(ARGS)

test-random: setup ## Run the tests in a random order
	@bash .ci/setup-browser
	@bash .ci/setup-postgresql
	@bash .ci/setup-redis
	@$(BIN)/python -m pytest $(IN_PARALLEL) -p randomly $(ARGS)

attacks: setup ## Run the attacks on the sandbox: three shuffled rounds, then four at a time
	@for seed in 1 2 3; do echo "== shuffled by $$seed"; \
	  $(BIN)/python -m pytest -q -p randomly --randomly-seed=$$seed $(ATTACKS) || exit; done
	@echo "== four at a time"; $(BIN)/python -m pytest -q -n 4 $(ATTACKS)

attacks-fleet: setup ## Run the same attacks through a Redis and two workers
	@bash .ci/setup-redis
	@$(BIN)/python -m pytest -q --fleet $(ATTACKS)

check: format lint types imports test cards ## Everything that CI runs

format: setup ## Check the format
	@$(BIN)/ruff format --check .

lint: setup ## Lint
	@$(BIN)/ruff check .

types: setup ## Check the types
	@$(BIN)/mypy

imports: setup ## Check the import direction
	@$(BIN)/lint-imports

cards: setup ## Prove every card of the deck
	@$(BIN)/studybot cards check
	@$(BIN)/studybot cards verify

simulate: setup ## Live through sixty days with ten learners (about five minutes)
	@$(BIN)/python -m tests.end_to_end.many_days 60 10

bench: setup ## Run the benchmarks and print one table (docs/benchmarks.md); ARGS="--quick" for a look
	@bash .ci/setup-postgresql
	@bash .ci/setup-redis
	@$(BIN)/python -m benchmarks $(ARGS)

faults: setup ## Break everything once, and look whether the promises of docs/faults.md hold
	@bash .ci/setup-postgresql
	@bash .ci/setup-redis
	@$(BIN)/python -m pytest -q $(IN_PARALLEL) -m faults $(ARGS)

kills: setup ## Kill the bot at 200 points of a day under load
	@$(BIN)/python -m benchmarks.kill 200

peers: setup ## Let Anki and the FSRS optimiser read what is exported (installs both apart, about 500 MB)
	@bash .ci/setup-peers
	@$(BIN)/python -m pytest -q -m peers $(ARGS)

fuzz: setup ## Feed the reader of answers with a million hostile frames
	@$(BIN)/python -m tests.sandbox.fuzz_frames $(ARGS)

clean: ## Remove what setup and the tools made (the database in var/ stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
