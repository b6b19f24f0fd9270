"""FedEx: what its Track API tells of parcels."""
