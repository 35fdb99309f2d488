"""The computer xlcrm runs on: setup, self-check, support log."""
