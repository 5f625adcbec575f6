# Madoguchi: `make demo` shows the whole system at work, `make test` checks it all.

PYTHON ?= python3
# Tests wait much: three keep two cores busy.
WORKERS ?= 3
VENV := .venv/bin
LOCKS = $(shell git ls-files requirements.lock '*package-lock.json')

.DEFAULT_GOAL := help
.PHONY: help setup demo up reconcile test fuzz check bench bench-relay bench-archive bench-billing \
  bench-certificates incidents model isolation hot growth soak audit-drill fy2010 evidence guards gallery fmt openapi schemas lock locks-clean \
  clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv from the locks (the other commands do it when needed)
	@bash deploy/local/setup.sh $(PYTHON)

demo: setup ## Start the whole system, print at least 12 certificates, check the books
	@$(VENV)/python -m local_stack demo

up: setup ## Start the whole system and print its addresses; KAFKA=1: with a Kafka
	@$(VENV)/python -m local_stack up $(if $(KAFKA),--kafka)

reconcile: setup ## Hold issuances, bill, audit, reports, coins and pay-ins side by side
	@$(VENV)/python -m local_stack reconcile

# Bytecode is kept, or each of hundreds of processes would compile all of it again.
test: export PYTHONDONTWRITEBYTECODE :=
test: setup ## Run every test, on a real PostgreSQL and real processes
	@$(VENV)/python -m pytest -m 'not alone' -n $(WORKERS) --dist loadfile --no-loadscope-reorder
	@$(VENV)/python -m pytest -m alone $$(grep -rl --include='test_*.py' --exclude-dir=.venv mark.alone .)

fuzz: setup ## Send what nobody expects for FUZZ_SECONDS (300), with random seeds
	@$(VENV)/python -m proofs.fuzz

check: setup locks-clean ## Lint, types, import rules, fresh documents, clean locks
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/pyright
	$(VENV)/lint-imports --no-logo
	$(VENV)/python -m local_stack openapi --check
	$(VENV)/python -m local_stack schemas --check

bench: setup ## Measure flows a second against a floor program
	@$(VENV)/python -m loadtests.bench

bench-relay: setup ## Measure how fast one relay on one core catches up with a backlog
	@$(VENV)/python -m loadtests.relay

bench-archive: setup ## Measure how fast one archive on one core reads a full topic
	@$(VENV)/python -m loadtests.archive

bench-billing: setup ## Close a month of a year of 1,000,000 papers, and state it
	@$(VENV)/python -m loadtests.billing

bench-certificates: setup ## Measure each step of a certificate against a bare rendering
	@$(VENV)/python -m loadtests.certificates

incidents: setup ## Bring each known incident back, without and with our defences: CASES="F1 F7"
	@$(VENV)/python -m proofs.incidents $(CASES)

model: setup ## Visit every order of steps of an issuance's life, for small numbers
	@$(VENV)/python -m proofs.model

isolation: setup ## What the others notice of a city that hangs and one that fails
	@$(VENV)/python -m proofs.isolation

hot: setup ## Change prices, suspend and roll back 200 times while 50 terminals issue
	@$(VENV)/python -m proofs.hot

growth: setup ## From 3 municipalities and 7 stores to 1,741 and 60,000, without a stop, under load
	@$(VENV)/python -m proofs.growth

soak: setup ## Load, faults at every joint, and a checker of it all (SOAK_SECONDS, SOAK_SEED)
	@$(VENV)/python -m proofs.soak

audit-drill: setup ## Kill all of the audit stream at work, and compare (DRILL_SECONDS, DRILL_SEED)
	@$(VENV)/python -m proofs.drill

fy2010: setup ## Replay Ichikawa's fiscal year 2010, paper by paper, and bill it
	@$(VENV)/python -m proofs.fy2010

evidence: setup ## Run every proof again and write docs/evidence anew: PARTS="incidents soak"
	@$(VENV)/python -m proofs.evidence $(PARTS)

guards: setup ## Take each check out of a copy of the code; a test must notice: ONLY="name"
	@$(VENV)/python -m proofs.guards --workers $(WORKERS) $(ONLY)

gallery: setup ## Draw every kind of certificate into var/gallery, to be looked at
	@$(VENV)/python -m municipal_adapter_testing.gallery var/gallery

fmt: setup ## Format, and fix what lint can fix
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

openapi: setup ## Write the OpenAPI documents anew
	@$(VENV)/python -m local_stack openapi

schemas: setup ## Write docs/asyncapi.yaml and the JSON Schemas of events anew
	@$(VENV)/python -m local_stack schemas

lock: setup ## Write requirements.lock anew from what the members name
	$(VENV)/uv lock
	$(VENV)/uv export --quiet --all-packages --all-groups --no-emit-workspace --no-header \
	  --no-annotate --format requirements-txt -o requirements.lock
	@$(MAKE) --no-print-directory locks-clean

locks-clean:
	@if grep -n '://' $(LOCKS) /dev/null; then \
	  echo 'A lock names versions and hashes only, never an address: run make lock.' >&2; exit 1; fi

clean: ## Remove all that the commands made, .venv too
	rm -rf .venv var .import_linter_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
