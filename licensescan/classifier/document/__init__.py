"""
A text in pieces: the plain text under markup, and its sentences.

Imports nothing of the classifier.
"""
