"""Amazon Shipping: what its part of the Selling Partner API tells of parcels."""
