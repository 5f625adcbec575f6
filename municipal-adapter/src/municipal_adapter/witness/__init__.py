"""The municipality as a witness of the centre's stamps (連署): it signs only what goes on."""
