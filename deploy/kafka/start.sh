#!/usr/bin/env bash
# Starts a Kafka of one node on this machine, in the foreground: deploy/kafka/start.sh [--folder DIR]
# Needs a JDK (17 or newer) and Maven; the first start fetches Kafka into var/kafka/libs.
set -euo pipefail
cd "$(dirname "$0")/../.."
bash deploy/local/setup.sh "${PYTHON:-python3}"
exec .venv/bin/python -m local_stack kafka "$@"
