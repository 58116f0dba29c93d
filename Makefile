# One command for each thing one does here; `make` alone lists them.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest

.PHONY: help setup servers containers demo test soak lint format catalogue docs bench clean

help: ## List what make can do
	@sed -n 's/^\([a-z]*\):.*## /make \1@/p' $(MAKEFILE_LIST) | while IFS=@ read -r name text; do \
		printf '%-16s %s\n' "$$name" "$$text"; done

setup: $(VENV)/.ready ## Make the virtual environment with everything for development

$(VENV)/.ready: pyproject.toml .ci/environment
	PYTHON="$(PYTHON)" .ci/environment "$(VENV)"
	@touch $@

servers: ## Install the Debian packages of the servers and shells that demo and tests talk to
	@tests/rig/install.sh jq mutt notmuch parallel mandoc groff-base zsh fish dbus-daemon

containers: ## Install what builds and runs the image of examples/container
	@tests/rig/install.sh mmdebstrap podman runc systemd

demo: setup servers ## Walk the main job against a throw-away mail server
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m tests.rig user@corp.example user@startup.example -- examples/demo.sh

test: setup servers containers ## Run every test
	$(PYTEST) -n 2 --dist worksteal

soak: setup servers containers ## Run every test with the big numbers
	MAILCTL_SOAK=1 $(PYTEST) -n 2 --dist worksteal

lint: setup ## Check style, types and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy mailctl tests benchmarks docs/generate
	$(BIN)/lint-imports
	$(BIN)/python -m mailctl.resolve.catalogue.build --check
	$(BIN)/python -m docs.generate --check

format: setup ## Format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

catalogue: setup ## Build the catalogue of presets from its YAML
	$(BIN)/python -m mailctl.resolve.catalogue.build

docs: setup ## Make man pages, completion and the reference from the commands, and the site
	$(BIN)/python -m docs.generate
	$(BIN)/sphinx-build -q -W --keep-going -d docs/_build/doctrees docs docs/_build/html
	@echo docs/_build/html/index.html

bench: setup ## Measure against peers, side by side; writes benchmarks/RESULTS.md
	@tests/rig/install.sh isync notmuch msmtp swaks
	$(BIN)/python -m benchmarks

clean: ## Remove what make made
	rm -rf $(VENV) docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
