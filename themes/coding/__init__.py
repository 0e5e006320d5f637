"""Coding: the codebook with its cues and word classes, label files and their audit, coders' agreement."""
