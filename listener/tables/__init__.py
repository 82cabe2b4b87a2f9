"""Any report as tables of typed cells, and tables as a workbook; it measures nothing."""
