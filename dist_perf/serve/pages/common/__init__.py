"""Pages about the warehouse itself, whatever its areas."""

TITLE = "Warehouse"
