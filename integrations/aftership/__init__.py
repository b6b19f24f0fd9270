"""AfterShip: trackings of many carriers, told by signed webhooks."""
