"""The small kit of a service process: settings, logs, traces, problems, health, serving."""
