#!/usr/bin/env bash
# Runs one of Kafka's own commands: deploy/kafka/tool.sh console-consumer --bootstrap-server …
set -euo pipefail
libraries="$(cd "$(dirname "$0")/../.." && pwd)/var/kafka/libs"
[ -d "$libraries" ] || { echo "tool: run make up KAFKA=1 once: it fetches Kafka" >&2; exit 2; }
name="${1:?which command: console-consumer, topics or configs}"
shift
case "$name" in
  console-consumer) class=org.apache.kafka.tools.consumer.ConsoleConsumer ;;
  topics) class=org.apache.kafka.tools.TopicCommand ;;
  configs) class=kafka.admin.ConfigCommand ;;
  *) echo "tool: console-consumer, topics or configs" >&2; exit 2 ;;
esac
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
command -v "$java" >/dev/null || { echo "tool: install a JDK, 17 or newer" >&2; exit 2; }
exec "$java" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
  -Dlog4j2.level=ERROR -cp "$libraries/*" "$class" "$@"
