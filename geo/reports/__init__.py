"""Pages that need no network, drawn by folium: of an area for its leader, of a redraw's impact."""

from geo.reports.actions import gather, report_key
from geo.reports.facts import Report
from geo.reports.impact import impact_report
from geo.reports.offline import POLICY as PAGE_POLICY
from geo.reports.page import area_report

__all__ = ["PAGE_POLICY", "Report", "area_report", "gather", "impact_report", "report_key"]
