# Tendonwatch. `make` lists the targets.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes

.PHONY: help nightly serve messages test test-fast docs kill year fuzz squads squads-whole check bench bench-judgement backtest-check clients demo lock clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

# Every package with its hash, then the project itself without a second look at any index.
$(VENV)/installed: requirements.lock pyproject.toml
	@echo "Installing into $(VENV) (once; a minute or two)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(INSTALL) -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/pip check --disable-pip-version-check > /dev/null
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

$(VENV)/installed-bench: $(VENV)/installed-dev requirements-bench.lock
	@$(INSTALL) -r requirements-bench.lock
	@touch $@

nightly: $(VENV)/installed ## Read data/raw, rebuild, check and publish the pages (installs on first use)
	@$(BIN)/tendonwatch nightly || { code=$$?; test $$code -eq 3; }

serve: $(VENV)/installed ## Run the night every night, with Prefect's pages on loopback
	@$(BIN)/tendonwatch serve

test: $(VENV)/installed-dev ## Run the whole test suite
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder --durations 40

kill: $(VENV)/installed-dev ## Kill 200 nights over the demo squad at random instants (an hour)
	@$(BIN)/python -m tests.lib.kill_nights 200 1 2

year: $(VENV)/installed-dev ## Live through 365 nights over the demo squad (an hour or two)
	@$(BIN)/python -m tests.lib.year_of_nights 2027-04-30 365

fuzz: $(VENV)/installed-dev ## Break 50,000 files of every format at random and read them (half an hour)
	@$(BIN)/python -m tests.lib.fuzz 50000 1

squads: $(VENV)/installed-dev ## Build the models over 500 random squads (ten minutes)
	@TENDONWATCH_SQUADS=500 $(BIN)/python -m pytest -q tests/models/test_any_squad.py

squads-whole: $(VENV)/installed-dev ## Run 500 whole nights over random squads (two hours)
	@$(BIN)/python -m tests.lib.any_squads 500 1

test-fast: $(VENV)/installed-dev ## Run what needs no whole night, Prefect, browser or random data (two minutes or so)
	@$(BIN)/python -m pytest --quiet --numprocesses auto --dist loadfile --no-loadscope-reorder -m "not night and not prefect and not browser and not random"

docs: $(VENV)/installed ## Write docs/lineage.md out of the models
	@$(BIN)/python -m flows.models.lineage

check: $(VENV)/installed-dev ## Lint, format, types and SQL
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar sql

messages: $(VENV)/installed-dev ## Collect what people read into flows/words/locale, for translators
	@$(BIN)/python -m flows.words.messages

bench-judgement: $(VENV)/installed ## Judge squads of healthy runners and of alarms: how loud, and who is missed (half an hour)
	@$(BIN)/python -m bench.judgement

backtest-check: $(VENV)/installed ## Does the backtest find what was planted in invented squads, and nothing else? (a minute or two)
	@$(BIN)/python -m bench.backtest

bench: $(VENV)/installed-bench ## Print how fast import, ratios and pages are, as ratios
	@$(BIN)/python -m bench

# Other versions of DuckDB than ours, each in a folder of its own, for tests/nights/test_clients.py.
CLIENTS := $(patsubst tests/clients/%.lock,build/clients/%/installed,$(wildcard tests/clients/*.lock))

build/clients/%/installed: tests/clients/%.lock $(VENV)/installed-dev
	@rm -rf $(@D)
	@$(INSTALL) --target $(@D) -r $<
	@touch $@

clients: $(CLIENTS) ## Install the oldest and the newest DuckDB, polars and pyarrow for `make test`, which skips them else

demo: $(VENV)/installed ## Write the demo squad into data/raw, if that is empty
	@$(BIN)/tendonwatch demo data/raw

lock: ## Resolve the dependencies anew (needs uv)
	@for extra in "" dev bench; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
			$${extra:+--extra $$extra --constraint requirements.lock} pyproject.toml --output-file requirements$${extra:+-$$extra}.lock; \
	done

clean: ## Remove what can be made again; the published state in var/ stays
	@rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
