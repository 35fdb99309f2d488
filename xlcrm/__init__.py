"""xlcrm keeps a car dealership's prospect books (三表一卡) honest."""

__version__ = "0.1.0"
