"""EasyPost: trackers of many carriers, told by signed webhooks."""
