"""Pages of distribution: what comes in, what stays, what it earns and costs."""
