// The page's files; see WebAssets.
