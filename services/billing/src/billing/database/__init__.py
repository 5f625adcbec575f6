"""The schema `billing` in the gateway's database."""
