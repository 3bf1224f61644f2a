"""Reports of distribution."""
