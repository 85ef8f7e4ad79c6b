"""Starts the processes of one machine and ends them together; knows no room's business."""
