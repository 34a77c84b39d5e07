"""From findings to ranked causes: single-fault naive Bayes with expert tables, explainable line by line."""
