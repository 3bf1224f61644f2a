"""People, their roles and scopes: data of the firm that no build replaces."""
