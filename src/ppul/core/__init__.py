"""What everything else in ppul rests on."""
