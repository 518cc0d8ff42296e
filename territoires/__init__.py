"""Geography: regions, départements, EPCI, communes, territoires, geocoding."""
