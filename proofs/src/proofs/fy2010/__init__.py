"""`make fy2010`: Ichikawa's fiscal year 2010 once more, paper by paper, through the system."""
