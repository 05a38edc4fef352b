"""Rectangles in pictures; their public names are those of `ppul.utils.bounding_boxes`."""
