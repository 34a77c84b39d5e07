"""The live watcher: follows the logs of services, counts, and tells the spikes of 401s within minutes."""
