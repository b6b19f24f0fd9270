"""The storefront script: an order lookup box and the return policy, on any shop's own pages."""
