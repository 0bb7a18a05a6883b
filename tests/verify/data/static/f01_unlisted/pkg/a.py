import cv2
import torch
from PIL import Image
from sklearn.svm import SVC

try:
    import wandb
except ImportError:
    wandb = None

print(cv2, Image, SVC, torch, wandb)
