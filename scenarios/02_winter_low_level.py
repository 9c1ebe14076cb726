"""Lesson 2: a lake kept low in winter. The inputs that are not published, each with its plausible range."""

# %% Every input that is not published, and what it may be instead: lines of the experiment, and what they are changed to.
# Fixed before anything was fitted. The two fitted numbers are kept where an input is changed.
RAIN = "11.12, 28.25, 14.73, 33.88, 13.70, 3.77, 5.52"  # mm/d from 8 June on
START, SPREAD = "24.50 m", '"0 m", "0.17 m", "0.34 m", "0.51 m", "0.69 m", "0.86 m", "1.03 m", "1.20 m"'
LAND = 'paddy = "2406.4 km2"\ndry = "1604.3 km2"'
RANGES = {
    # 632.5 mm in 39 days; and 388 mm (Changhu's area) to 5 July, 244.5 mm after
    "rain: even over 39 days": [(RAIN, "16.22, 16.22, 16.22, 16.22, 16.22, 16.22, 5.52")],
    "rain: two totals only": [(RAIN, "14.20, 14.20, 14.20, 20.96, 20.96, 20.96, 5.52")],
    # as Changhu rose from 8 June on, by 0.49 m to 29 June and 1.55 m to 5 July: 147.6 and 240.4 mm
    "rain: late, as Changhu rose": [
        (RAIN, "7.03, 7.03, 37.96, 33.88, 13.70, 3.77, 5.52"),
        ("2020-06-28T11:00:00", "2020-06-29"),
    ],
    # as wet as the whole of the Meiyu, 15.3 mm/d from 8 June to 1 August in Hubei [an examination paper, C]
    "rain: 12 mm/d to 1 August": [(RAIN, RAIN.removesuffix("5.52") + "12.0, 5.52"), ("2020-07-17, ", "2020-07-17, 2020-08-02, ")],
    "rain of the other days: 1 060 mm a year": [("[2.44, 1.74, 4.14, 5.52", "[2.04, 1.45, 3.46, 4.61"), ("3.77, 5.52, 2.44]", "3.77, 4.61, 2.04]")],
    "rain of the other days: 1 331 mm a year": [("[2.44, 1.74, 4.14, 5.52", "[2.56, 1.83, 4.34, 5.79"), ("3.77, 5.52, 2.44]", "3.77, 5.79, 2.56]")],
    "evaporation of the other days: 800 mm a year": [("2.40, 1.19, 2.71, 3.77,", "2.08, 1.03, 2.35, 3.27,"), ("3.77, 2.40]", "3.27, 2.08]")],
    "evaporation of the other days: 1 000 mm a year": [("2.40, 1.19, 2.71, 3.77,", "2.60, 1.29, 2.94, 4.09,"), ("3.77, 2.40]", "4.09, 2.60]")],
    "start: 24.00 m": [('initial_level = "24.50 m"', 'initial_level = "24.00 m"')],
    "start: 25.00 m": [('initial_level = "24.50 m"', 'initial_level = "25.00 m"')],
    "river: 1 m lower": [],  # every point of it
    "river: 1 m higher": [],
    "large stations: all at 24.60 m": [(SPREAD, ", ".join(['"0 m"'] * 8))],
    "large stations: one by one up to 26.20 m": [(SPREAD, '"0 m", "0.23 m", "0.46 m", "0.69 m", "0.91 m", "1.14 m", "1.37 m", "1.60 m"')],
    "large stations: 10 % less": [('"116.5 m3/s"', '"104.85 m3/s"')],
    "large stations: 10 % more": [('"116.5 m3/s"', '"128.15 m3/s"')],
    "small stations: all at 0.1 m": [('band = "0.3 m"', 'band = "0.1 m"')],
    "small stations: all at 1 m": [('band = "0.3 m"', 'band = "1.0 m"')],
    "fields: 24 to 28 m": [('levels = ["24 m", "32 m"]', 'levels = ["24 m", "28 m"]')],
    "land: 30 % paddy, 45 % dry": [(LAND, 'paddy = "1604.3 km2"\ndry = "2406.4 km2"')],
    "land: 60 % paddy, 15 % dry": [(LAND, 'paddy = "3208.6 km2"\ndry = "802.1 km2"')],
    "paddy: holds 5 cm": [(LAND, LAND + '\nponding_depth = "5 cm"')],
    "paddy: holds 15 cm": [(LAND, LAND + '\nponding_depth = "15 cm"')],
    "lake: 370 km2": [],  # as was said of 2011; the same storage at 25.00 m
    "lake: flat bed at 22.65 m": [],  # 22.5 to 22.8 m everywhere [S18]
    "sluices: 30 m wide": [('width = "60 m"', 'width = "30 m"')],
    "sluices: 120 m wide": [('width = "60 m"', 'width = "120 m"')],
    # Xijiakou, opened on 11 July [S30], let 50 m3/s down on the 13th [S35]; all that Changhu lost on 5 August: 136 [JZ0805]
    "Changhu: 50 m3/s from 11 July": [],
    "Changhu: 136 m3/s from 11 July": [],
}
