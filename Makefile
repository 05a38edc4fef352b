# Every command of the project; `make` lists them. They need python3 (3.11 or newer) and make:
# what else they use is installed into .venv, as pinned in requirements/.

PYTHON ?= python3
BIN := .venv/bin
# A file is newer than these when .venv has to follow it.
RUN := .venv/ready-to-run
DEV := .venv/ready-to-develop

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-thorough smoke docs check fmt fmt-check lint types contract size bench \
	documents lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(DEV) ## Make .venv with all that developing needs

demo: $(RUN) ## Train a network on handwritten digits and let it read pictures
	@$(BIN)/python examples/demo.py

test: $(DEV) ## Run the tests; with PPUL_DATA_DIR=FOLDER also those on real data
	@$(BIN)/python -m pytest

test-thorough: $(DEV) ## Run the further rows of the tables, which `make test` leaves out
	@$(BIN)/python -m pytest -m thorough

smoke: $(DEV) ## Run a dozen whole paths in seconds
	@$(BIN)/python -m pytest -n0 tests/test_smoke.py

docs: $(DEV) ## Run the code blocks of README.md and docs/
	@$(BIN)/python -m pytest -n0 tests/docs

check: fmt-check lint types contract size ## Run all checks but the tests: format, lint, types, ...

fmt: $(DEV) ## Format the code, and mend what the linter can
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

fmt-check: $(DEV) ## Check the format
	@$(BIN)/ruff format --check --output-format concise .

lint: $(DEV) ## Check the code with ruff
	@$(BIN)/ruff check .

types: $(DEV) ## Check the types with pyright
	@$(BIN)/pyright

contract: $(DEV) ## Check which part of ppul imports which
	@$(BIN)/lint-imports

size: $(DEV) ## Count lines a file and what the change adds; fail above the limit
	@$(BIN)/python tools/size.py

bench: $(DEV) ## Measure ppul beside Keras, scikit-learn and the floor
	@$(BIN)/python -m benchmarks

documents: $(DEV) ## Run the five documents and write docs/documents.md; needs PPUL_DATA_DIR
	@$(BIN)/python -m benchmarks.documents

# One version for all Pythons, so that what is pinned is what was tested; hashes, so that it is
# the same file. The index is the machine's own affair and stays out of the files.
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --no-annotate --no-emit-index-url \
	--custom-compile-command "make lock" --group build

lock: $(DEV) ## Pin the newest versions of what ppul needs
	@$(COMPILE) --upgrade --output-file requirements/run.txt
	@$(COMPILE) --upgrade --output-file requirements/dev.txt --group dev -c requirements/run.txt

clean: ## Remove .venv and all that was made
	@rm -rf .venv build dist .coverage .hypothesis .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): requirements/run.txt pyproject.toml
	@$(PYTHON) tools/setup.py requirements/run.txt
	@touch $(RUN)

# What developing needs includes what running needs.
$(DEV): requirements/dev.txt pyproject.toml
	@$(PYTHON) tools/setup.py requirements/dev.txt
	@touch $(RUN) $(DEV)
