# Two commands do everything: `make run` and `make test`. The rest is for those who build.

PORT ?= 8000
HOST ?= 127.0.0.1
DEMO ?= yes
SUITE ?= queue
export PORT HOST DEMO

.PHONY: help run test dev check bench messages screenshots

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 22

run: ## the whole site on this machine: web server and workers, with demonstration content (PORT=8000, DEMO=no)
	@deploy/bin/run

test: ## everything that can be tested, in under fifteen minutes
	@deploy/bin/test

dev: ## the site with autoreload, and its workers
	@deploy/bin/dev

check: ## lint, formats, types, import contract, migrations, translations: under a minute
	@deploy/bin/check

bench: ## measure: SUITE=name runs tests/bench/<name>.py and writes build/bench/<name>.json
	@deploy/bin/bench "$(SUITE)"

messages: ## gather the strings to translate into locale/
	@deploy/bin/messages

screenshots: ## draw the pictures of docs/images from the running product
	@deploy/bin/screenshots
