"""Who asks: sign-in, sign-out, roles, keys and the pages for them. What each role sees is the other routes' matter."""
