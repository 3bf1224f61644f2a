"""What people look at: pages, API, sign-in, alerts and reports over the marts."""
