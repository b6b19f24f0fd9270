"""Moving a shop's data in from files: CSV and XLSX of orders, products, customers and shipments."""
