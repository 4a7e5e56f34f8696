"""The decision service: what a helpdesk calls for every ticket."""
