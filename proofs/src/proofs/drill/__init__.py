"""The audit drill: broker, relays, stamper and archive killed at work; nothing may be missing."""
