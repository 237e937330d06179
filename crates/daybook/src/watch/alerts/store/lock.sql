-- Lets one process at a time judge. Those that read alerts, or note what was delivered, are not kept waiting.
lock table alerts in share row exclusive mode
