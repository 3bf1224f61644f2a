"""Made-up names of people, firms, funds and places."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    "Aaron Abigail Alan Alice Amara Andrew Anita Anthony Beatriz Benjamin Brenda Brian Camila "
    "Carl Carmen Charles Chloe Christine Daniel Dana David Deborah Derek Diana Edward Elena "
    "Emily Eric Farah Frank Gabriel Gina Grace Gregory Hannah Harold Helen Henry Ingrid Isaac "
    "Ivan Jacob Janet Jason Jennifer Joan Jonas Joseph Karen Keith Kevin Laura Leah Leon Linda "
    "Louis Lucia Marcus Maria Martin Maya Michael Mona Nadia Nancy Nathan Nina Noah Olivia Omar "
    "Oscar Pamela Patrick Paul Priya Rachel Raj Raymond Rebecca Robert Rosa Ruth Samuel Sandra "
    "Sara Scott Sean Simon Sofia Stephen Susan Tamara Teresa Thomas Tina Victor Walter Wei "
    "Yasmin Zoe"
)
LAST_NAMES = _words(
    "Abbott Adler Alvarez Anderson Archer Bailey Baker Barnes Becker Bell Bennett Bishop Blake "
    "Brandt Brooks Burke Calder Campbell Carter Castillo Chandler Chen Clarke Coleman Collins "
    "Cooper Cruz Dalton Davies Delgado Dixon Doyle Ellis Evans Ferrari Fisher Fleming Ford Foster "
    "Garcia Gibson Gordon Grant Greene Haines Hansen Harper Hayes Hoffman Holt Hughes Hunt Ibrahim "
    "Jensen Kapoor Keller Kelly Kim Klein Kowalski Lambert Larsen Lee Lopez Lowell Marsh Mason "
    "Meyer Miller Moreno Morris Murphy Nguyen Novak Olsen Owens Park Patel Pearson Perry Phillips "
    "Porter Quinn Ramirez Reed Reyes Rhodes Rossi Russell Santos Schmidt Shah Silva Singh Sloan "
    "Stein Sullivan Tanaka Thorne Torres Turner Vance Vargas Wagner Walsh Weber Wells Wong Young"
)
FIRM_NAMES = _words(
    "Anchor Arbor Ashford Beacon Bluestone Bridgeport Brookline Canyon Capstone Cardinal Coastal "
    "Compass Copperfield Crestview Delta Eastgate Evergreen Fairmont Falcon Foxglove Glenwood "
    "Granite Harbor Hawthorn Highland Ironbridge Juniper Keystone Lakeshore Landmark Lighthouse "
    "Maple Meridian Millstone Northfield Oakmont Orchard Pinnacle Prairie Quarry Redwood Ridgeline "
    "Riverbend Saddleback Sierra Silverlake Stonegate Summit Sycamore Thornbury Tidewater Union "
    "Valley Vantage Westbrook Whitestone Willow Windward Wolcott Yorkfield"
)
FUND_FAMILIES = _words(
    "Alder Birch Cedar Dogwood Elm Fir Ginkgo Hazel Ironwood Larch Magnolia Olive Pine Rowan "
    "Spruce Tamarack Walnut Yew"
)
REGION_NAMES = ("East", "South", "Central", "West")
TERRITORY_NAMES = {
    "East": ("New England", "New York Metro", "Mid-Atlantic"),
    "South": ("Southeast", "Florida", "Gulf Coast"),
    "Central": ("Great Lakes", "Upper Midwest", "Plains"),
    "West": ("Mountain", "Southern California", "Pacific Northwest"),
}
