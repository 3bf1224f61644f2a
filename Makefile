# The one entrance for people and for CI. `make` alone lists the targets.

# Interpreter that .venv is made with: make build PYTHON=python3.12
PYTHON ?= python3

# What `make bench` measures; further options, such as BENCH='--engine duckdb --only build,day'.
FLOWS ?= 1000000
REPEATS ?= 3
BENCH ?=

BIN := .venv/bin
DBT := $(BIN)/dbt

# dbt finds its profile here, whatever the environment says elsewhere.
export DBT_PROFILES_DIR := $(CURDIR)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# A stamp says that its step has nothing to do.
VENV := .venv/.installed
PACKAGES := dbt_packages/.installed
SUPERSET := .dist_perf/superset/.installed

# A seed whose columns changed since the last build takes the place of its table.
BUILT := .dist_perf/.built
REFRESH = $(shell test -f $(BUILT) && \
	test -z "$$(find seeds -name '*.yml' -newer $(BUILT))" || echo --full-refresh)

# Guards work on servers and files of their own, never on the warehouse.
SCRATCH := .dist_perf/test
SCRATCH_DBT = DBT_TARGET_PATH=$(SCRATCH)/$@/target DBT_LOG_PATH=$(SCRATCH)/$@/logs \
	DIST_PERF_DUCKDB=$(SCRATCH)/$@/warehouse.duckdb
WITH_SERVER := $(BIN)/dist-perf server run --
# What `make test` consists of, and how long each part took. Linters run side by side, for some use
# one core for a while; tests have all cores. `test_documents.py` has dbt build and test the sample
# on both engines, as the documents say it.
LINTERS := lint-python lint-project lint-sql
PARTS := $(LINTERS) test-python
SIDE_BY_SIDE := --jobs $(words $(LINTERS)) \
	$(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
TIMES := $(SCRATCH)/times
# What dbt reads in the project, of no warehouse: the laws are held to it, diagrams drawn from it.
ARTIFACTS := $(SCRATCH)/artifacts/target

# One page of documentation, and where docs-serve offers it.
PAGES := target/pages
PORT ?= 8080

.PHONY: help
help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---------------------------------------------------------------- the warehouse

.PHONY: build
build: up $(PACKAGES) ## Set everything up and build the warehouse
	@$(BIN)/dist-perf build $(REFRESH)
	@touch $(BUILT)
	@echo
	@echo 'The warehouse is built. Where to look next:'
	@echo '  make psql      ask it: select * from dist_perf_dw.net_flows_monthly limit 10;'
	@echo '  make status    host, port, database and user for other tools'
	@echo '  make demo      look at it in a browser, as a person of each role'
	@echo '  make health    how fresh the feeds are, what tests found'
	@echo '  make docs      every model, column and its lineage'
	@echo '  README.md      three questions with their answers, and your own data'

.PHONY: health
health: up $(PACKAGES) ## Show how fresh the feeds are and what tests found; fail if anything does
	@$(DBT) --quiet --log-level none source freshness || test $$? -eq 1 || { echo \
		'dbt cannot look at the feeds: its reason is in logs/dbt.log' >&2; exit 1; }
	@$(BIN)/dist-perf health record
	@$(BIN)/dist-perf health show

# Minutes go into .venv: a port that somebody has is better known before. The Python of .venv looks
# if it works, since PYTHON may be gone by then.
.PHONY: port
port:
	@python=$(BIN)/python; $$python -c '' 2>/dev/null || python=$(PYTHON); $$python -m dist_perf.ports

.PHONY: up
up: port $(VENV) ## Start the embedded PostgreSQL
	@$(BIN)/dist-perf server start

.PHONY: down
down: $(VENV) ## Stop it; the data stays
	@$(BIN)/dist-perf server stop

.PHONY: status
status: $(VENV) ## Say where it is, exit with an error if it does not run
	@$(BIN)/dist-perf server status

.PHONY: psql
psql: up ## Open psql on the warehouse
	@$(BIN)/dist-perf server psql

.PHONY: load-sample
load-sample: up $(PACKAGES) ## Seed the sample feeds and the reference data
	$(DBT) seed

.PHONY: docs
docs: up artifacts ## Write documentation and lineage of the built warehouse to one page, and the pages of entities
	$(BIN)/dist-perf entities $(ARTIFACTS)
	$(DBT) docs generate --static
	@mkdir -p $(PAGES) && mv target/static_index.html $(PAGES)/index.html
	@echo 'Open $(PAGES)/index.html in a browser, or run make docs-serve.'

.PHONY: docs-serve
docs-serve: docs ## Serve that page to this machine only, make docs-serve PORT=8080
	@echo 'http://127.0.0.1:$(PORT)'
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory $(PAGES) $(PORT)

.PHONY: serve
serve: up ## Serve pages and API over the built warehouse, to this machine unless .env says otherwise
	@$(BIN)/dist-perf serve

.PHONY: demo
demo: up ## The same with a person of every role, whose passwords it prints once
	@$(BIN)/dist-perf access demo
	@$(BIN)/dist-perf serve

.PHONY: superset
superset: up $(SUPERSET) ## Show the dashboard of docs/bi in a throw-away Apache Superset
	@tests/superset/run.sh serve

# ------------------------------------------------------------------- the guards

.PHONY: test
test: $(VENV) $(PACKAGES) ## Run all that guards the project, as CI does, and say what each part took
	@mkdir -p $(SCRATCH) && : > $(TIMES)
	@$(MAKE) --no-print-directory $(SIDE_BY_SIDE) $(LINTERS:%=timed-%)
	@$(MAKE) --no-print-directory $(patsubst %,timed-%,$(filter-out $(LINTERS),$(PARTS)))
	@cat $(TIMES)

timed-%:
	@began=$$(date +%s); $(MAKE) --no-print-directory $* && \
		echo "$$(($$(date +%s) - began)) s $*" >> $(TIMES)

.PHONY: lint
lint: lint-python lint-sql lint-project ## Check style, types and the laws of the project

.PHONY: lint-python
lint-python: $(VENV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

.PHONY: lint-sql
lint-sql: $(VENV) $(PACKAGES)
	$(SCRATCH_DBT) $(WITH_SERVER) $(BIN)/sqlfluff lint --processes 0

.PHONY: lint-project
lint-project: artifacts
	COLUMNS=160 DBT_PROJECT_DIR=$(SCRATCH)/artifacts $(BIN)/dbt-bouncer run --show-all-failures
	$(BIN)/dist-perf entities --check $(ARTIFACTS)

.PHONY: test-postgres
test-postgres: $(VENV) $(PACKAGES) ## Build and test the sample on an empty PostgreSQL
	$(SCRATCH_DBT) $(WITH_SERVER) $(DBT) build

.PHONY: test-duckdb
test-duckdb: $(VENV) $(PACKAGES) ## Build and test the sample on an empty DuckDB
	@rm -rf $(SCRATCH)/$@ && mkdir -p $(SCRATCH)/$@
	$(SCRATCH_DBT) $(DBT) build --target duckdb

.PHONY: test-superset
test-superset: up $(SUPERSET) ## Prove docs/bi in Superset, on the built warehouse; not part of test
	@tests/superset/run.sh

.PHONY: test-python
test-python: $(VENV) $(PACKAGES) ## Run pytest, a worker for each core
	$(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

.PHONY: test-browser
test-browser: $(VENV) $(PACKAGES) ## Try the pages in a real browser; a part of test
	$(BIN)/pytest tests/python/serve/test_browser.py

.PHONY: screenshots
screenshots: $(VENV) $(PACKAGES) ## Take the pictures that the README shows again
	DIST_PERF_SCREENSHOTS=yes $(BIN)/pytest tests/python/serve/test_browser.py -k readme

.PHONY: artifacts
artifacts: $(VENV) $(PACKAGES)
	@mkdir -p $(SCRATCH)/$@
	@$(SCRATCH_DBT) $(DBT) --quiet docs generate --empty-catalog --target duckdb

.PHONY: soak
soak: $(VENV) $(PACKAGES) ## Cut up many more random histories, others each time; takes hours
	DIST_PERF_HISTORIES=5000 DIST_PERF_HISTORY_SEED=$${RANDOM_SEED:-$$(date +%s)} \
		$(BIN)/pytest -m soak

.PHONY: bench
bench: $(VENV) $(PACKAGES) ## Measure at size into docs/<area>/benchmarks.md: make bench FLOWS=10000000
	$(BIN)/python -m bench run --flows $(FLOWS) --repeats $(REPEATS) $(BENCH)

.PHONY: bench-serve
bench-serve: build ## Measure pages and API of the built warehouse, beside Dash
	$(BIN)/python -m bench serve

.PHONY: format
format: $(VENV) $(PACKAGES) ## Bring Python and SQL into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(SCRATCH_DBT) $(WITH_SERVER) $(BIN)/sqlfluff fix

# -------------------------------------------------------------- what they stand on

$(VENV): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
		'Python 3.11 or newer is needed; name one: make PYTHON=python3.12 $(MAKECMDGOALS)' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo \
		'Python lacks its module venv; on Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@$(BIN)/python -c '' 2>/dev/null || rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(PACKAGES): packages.yml $(shell find offline_packages -type f) | $(VENV)
	@$(BIN)/dist-perf deps
	@touch $@

$(SUPERSET): tests/superset/requirements.txt
	$(PYTHON) -m venv --clear .dist_perf/superset/venv
	.dist_perf/superset/venv/bin/python -m pip install --quiet -r $<
	@touch $@

.PHONY: orm
orm: artifacts ## Write the ORM's classes anew after a contract changed
	$(BIN)/dist-perf orm $(ARTIFACTS)

.PHONY: deps
deps: $(VENV) ## Install the dbt packages; stand-ins where the hub cannot be reached
	@$(BIN)/dist-perf deps
	@touch $(PACKAGES)

.PHONY: lock
lock: ## Take the newest versions into requirements.lock
	$(PYTHON) -m venv .dist_perf/lock
	.dist_perf/lock/bin/python -m pip install --quiet uv
	.dist_perf/lock/bin/uv pip compile pyproject.toml --all-extras --upgrade --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --system-certs \
		--custom-compile-command 'make lock' --quiet --output-file requirements.lock

.PHONY: clean
clean: ## Remove what dbt and the tools leave behind; the warehouse and .venv stay
	rm -rf target logs $(SCRATCH) .mypy_cache .pytest_cache .ruff_cache .hypothesis
