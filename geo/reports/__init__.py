"""The leader's page of an area: gathered from the registers, drawn by folium, offline."""

from geo.reports.actions import gather, report_key
from geo.reports.facts import Report
from geo.reports.offline import POLICY as PAGE_POLICY
from geo.reports.page import area_report

__all__ = ["PAGE_POLICY", "Report", "area_report", "gather", "report_key"]
