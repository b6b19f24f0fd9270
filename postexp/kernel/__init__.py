"""The kernel: event log, inbox, tenancy, money, ids, clock. It knows no business words."""
