"""What facilitators are asked at their desk."""
