"""`python -m madoguchi`, where the script `madoguchi` is not on the path."""

from madoguchi.main import run

if __name__ == "__main__":
    run()
