print("wardline")
