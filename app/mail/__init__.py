"""Mail: renders messages and hands them to a relay; decides nothing about who gets one."""
